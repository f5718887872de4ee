# One image for the code server, the web server, the daemon and whatever else is served.
FROM python:3.11-slim-bookworm AS build
WORKDIR /opt/warehouse
COPY requirements-bootstrap.lock requirements.lock ./
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements-bootstrap.lock \
    && .venv/bin/uv pip install --python .venv/bin/python --compile-bytecode --require-hashes -r requirements.lock
COPY . .
RUN .venv/bin/uv pip install --python .venv/bin/python --no-deps --no-build-isolation --editable .

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --create-home --home-dir /var/lib/warehouse warehouse
COPY --from=build --chown=root:root /opt/warehouse /opt/warehouse
WORKDIR /opt/warehouse
ENV PATH=/opt/warehouse/.venv/bin:$PATH PYTHONUNBUFFERED=1 WAREHOUSE_HOME=/var/lib/warehouse
USER warehouse
VOLUME /var/lib/warehouse
ENTRYPOINT ["warehouse"]
CMD ["--help"]
