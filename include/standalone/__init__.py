"""The whole newsroom on one machine: S3 server, sample wire and Airflow, started and ended together."""
