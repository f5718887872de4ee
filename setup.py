from setuptools import find_packages, setup

setup(packages=find_packages(include=["warehouse_assets", "warehouse_assets.*"]))
