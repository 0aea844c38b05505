"""Folders that a wire puts files into: an S3 prefix, or a folder on an SFTP server.

A file is listed, read whole, and moved to one of two folders within: done, or failed with its reason beside
it.
"""
