#!/usr/bin/env bash
# Starts the simulator, drives it with boto3, and stops it: run.sh SIMULATOR PYTHON
set -euo pipefail
here=$(dirname "$0")
simulator=$1 python=$2
output=$(mktemp -d "${TMPDIR:-/tmp}/simulator-check.XXXXXX")

# What names another endpoint, proxy or certificate authority would confuse boto3.
unset AWS_CA_BUNDLE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE SSL_CERT_FILE AWS_PROFILE
unset HTTP_PROXY HTTPS_PROXY ALL_PROXY http_proxy https_proxy all_proxy

"$simulator" --listen 127.0.0.1:0 >"$output/url" 2>"$output/log" &
pid=$!
trap 'kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; rm -rf "$output"' EXIT
for _ in $(seq 100); do
  [ -s "$output/url" ] && break
  sleep 0.1
done
"$python" "$here/boto3_check.py" "$(head -n 1 "$output/url")"
