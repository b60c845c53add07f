#!/usr/bin/env bash
# A training job on managed spot capacity, from `kubectl apply` to the trained model, with one spot
# interruption: the operator against a real Kubernetes API server and a simulated SageMaker.
#
# `make demo` builds the three programs, names them in OPERATOR, SIMULATOR and TEST_CLUSTER, and
# runs this. Everything listens on loopback only, and nothing reads your kubeconfig or your AWS
# configuration. KEEP=1 keeps all running until you stop it.
set -euo pipefail

cd "$(dirname "$0")/.."
: "${OPERATOR:?the path of the spot-training-operator program; run make demo}"
: "${SIMULATOR:?the path of the sagemaker-simulator program; run make demo}"
: "${TEST_CLUSTER:?the path of the test-cluster program; run make demo}"

work=$(mktemp -d "${TMPDIR:-/tmp}/spot-training-demo.XXXXXX")
started="" # process ids, newest first

clean_up() {
  trap '' INT TERM
  for pid in $started; do
    kill "$pid" || true
    wait "$pid" || true
  done
  rm -rf "$work"
} 2>/dev/null
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '\n==> [%2d s] %s\n' "$SECONDS" "$*"; }

fail() {
  printf '\ndemo: %s\n' "$*" >&2
  if [ -s "$work/operator.log" ]; then
    printf 'The last lines of the operator'\''s log:\n' >&2
    tail -n 40 "$work/operator.log" >&2
  fi
  exit 1
}

# Shows a command as one types it, and runs it.
show() {
  printf '\n$ %s\n' "$1"
  eval "$1" || fail "this command failed: $1"
}

# wait_for SECONDS PID WHAT COMMAND...: until the command succeeds, while the process lives.
wait_for() {
  local seconds=$1 tenths=$(($1 * 10)) pid=$2 what=$3
  shift 3
  until "$@"; do
    kill -0 "$pid" 2>/dev/null || fail "waiting for $what: its process ended"
    [ "$tenths" -gt 0 ] || fail "waited $seconds s for $what"
    tenths=$((tenths - 1))
    sleep 0.1
  done
}

has_lines() { [ -s "$1" ] && [ "$(wc -l <"$1")" -ge "$2" ]; }

operator_is_ready() {
  operator_address=$(sed -n 's/.*admin server.*address="\{0,1\}\(127\.0\.0\.1:[0-9]*\).*/\1/p' "$work/operator.log" 2>/dev/null)
  [ -n "$operator_address" ] && kubectl --server="http://$operator_address" get --raw /readyz >/dev/null 2>&1
}

say "Looking for etcd, kube-apiserver, kube-controller-manager and kubectl (the first time builds them, about 8 minutes)"
"$TEST_CLUSTER" assets >"$work/assets"
kubectl_directory=$(dirname "$(sed -n 's/^kubectl //p' "$work/assets")")
export PATH="$kubectl_directory:$PATH"
# From here on all traffic is loopback.
unset HTTP_PROXY HTTPS_PROXY ALL_PROXY http_proxy https_proxy all_proxy

say "Starting a Kubernetes control plane (about 4 s)"
"$TEST_CLUSTER" start --operator-rules charts/spot-training-operator/files/rules.yaml \
  >"$work/cluster" &
cluster=$!
started="$cluster $started"
wait_for 120 "$cluster" "the control plane" has_lines "$work/cluster" 2
KUBECONFIG=$(sed -n 1p "$work/cluster")
operator_kubeconfig=$(sed -n 2p "$work/cluster")
export KUBECONFIG KUBECACHEDIR="$work/kubectl-cache"

show "kubectl apply --server-side -f crds/spottrainingjobs.yaml"
show "kubectl wait --for=condition=Established crd/spottrainingjobs.spottraining.dev --timeout=30s"

say "Starting the SageMaker simulator"
"$SIMULATOR" --listen 127.0.0.1:0 --seed 1 --script e2e/demo-job.json >"$work/simulator" 2>"$work/simulator.log" &
simulator=$!
started="$simulator $started"
wait_for 10 "$simulator" "the simulator's address" has_lines "$work/simulator" 1
sagemaker=$(sed -n 1p "$work/simulator")
echo "SageMaker is $sagemaker"

say "Starting the operator as a user who may do what the chart's rules say and nothing else"
# An empty environment: neither credentials nor endpoints of the person who runs this get in.
env -i PATH="$PATH" HOME="$work" NO_COLOR=1 KUBECONFIG="$operator_kubeconfig" \
  AWS_ENDPOINT_URL="$sagemaker" AWS_REGION=eu-west-1 AWS_EC2_METADATA_DISABLED=true \
  AWS_ACCESS_KEY_ID=demo AWS_SECRET_ACCESS_KEY=demo \
  "$OPERATOR" controller --admin-address 127.0.0.1:0 >"$work/operator.log" 2>&1 &
operator=$!
started="$operator $started"
wait_for 30 "$operator" "the operator to be ready" operator_is_ready

say "A training job: it waits for spot capacity, trains, loses its instance, and continues from its checkpoint (under a minute)"
show "kubectl apply -f examples/quickstart.yaml"
printf '\n$ kubectl get spottrainingjobs --watch\n'
kubectl get spottrainingjobs --watch > >(tee "$work/watch") &
watch=$!
started="$watch $started"
wait_for 120 "$operator" "the end of the training job" grep -Eqs 'Completed|Failed' "$work/watch"
kill "$watch"
wait "$watch" 2>/dev/null || true
started="$operator $simulator $cluster"

show "kubectl wait --for=jsonpath='{.status.completionTime}' spottrainingjob/quickstart"
show "kubectl describe spottrainingjob quickstart"
show "kubectl events --for=spottrainingjob/quickstart"
show "kubectl get spottrainingjob quickstart -o jsonpath='{.status.state}: {.status.interruptions} interruption(s), {.status.savings} saved, checkpoints in {.status.checkpoint.s3Uri}{\"\\n\"}'"

state=$(kubectl get spottrainingjob quickstart -o jsonpath='{.status.state}')
[ "$state" = Completed ] || fail "the training job ended as $state"
interruptions=$(kubectl get spottrainingjob quickstart -o jsonpath='{.status.interruptions}')
[ "${interruptions:-0}" -ge 1 ] || fail "the training job was not interrupted"
say "The training job succeeded in spite of the interruption"

if [ "${KEEP:-}" = 1 ]; then
  cat <<EOF

Everything keeps running. In another terminal:
  export KUBECONFIG=$KUBECONFIG
EOF
  echo "  export PATH=$kubectl_directory:\$PATH"
  cat <<EOF
  kubectl get spottrainingjobs
  curl http://$operator_address/metrics
The operator's log is $work/operator.log, the simulator is $sagemaker. Jobs go by e2e/demo-job.json: each
loses its instance after 8 s, unless the hyperparameter "simulator" says otherwise.
To stop all: Ctrl-C here, or
  kill $$
EOF
  wait "$operator" || fail "the operator ended by itself"
fi
