# One image for web, worker, beat, relay and migrations: docker-compose.yml says which it is.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY . .
ENV XDG_CACHE_HOME=/tmp/cache REQUIRE_SERVICES=1
RUN python3 tools/bootstrap.py setup \
 && cp -rL var/model model \
 && STATIC_ROOT=/app/assets .venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
 && rm -rf node_modules .tools var

FROM python:3.11-slim-bookworm
# what PDFs are drawn with: Pango, and a font with Chinese characters
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 tongchou && install -d -o tongchou /data
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ORT_DISABLE_TELEMETRY=1 \
    VAR_DIR=/data \
    STATIC_ROOT=/app/assets \
    MODEL_DIR=/app/model
USER tongchou
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "4", "--threads", "4", "--no-control-socket"]
