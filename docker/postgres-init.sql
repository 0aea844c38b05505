CREATE DATABASE newsroom OWNER airflow;
