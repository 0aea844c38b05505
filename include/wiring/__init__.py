"""The only code bound to Airflow: connections, assets, callbacks, retries, and the stages as tasks."""
