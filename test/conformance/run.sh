#!/bin/sh
# npm run conformance: replays recorded provider traffic through a gateway of its own and compares what passes with
# test/conformance.passed. With --update, what passes now is added to that list. Nothing is written beside the kit.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd -P)
. "$root/bin/node.sh"
. "$root/bin/dependencies.sh"

: "${TOLLGATE_CONFORMANCE:=$root/../shared/conformance}" "${TOLLGATE_FIXTURES:=$root/../shared/fixtures}"
clients=openai,anthropic,gemini,responses
providers=openai,groq,deepseek,together,azure,xai,openrouter,huggingface,cerebras,zai,moonshotai,ollama,perplexity,anthropic,gemini,vertex,mistral,cohere,bedrock

[ -f "$TOLLGATE_CONFORMANCE/run.mjs" ] || fail "there is no conformance kit at $TOLLGATE_CONFORMANCE"
[ -d "$TOLLGATE_FIXTURES" ] || fail "there are no recordings at $TOLLGATE_FIXTURES"

find_node
install_dependencies production
generate_client

work=$(mktemp -d)
replay=''
gateway=''
clean_up() {
  for pid in $gateway $replay; do kill "$pid" 2>/dev/null || true; done
  for pid in $gateway $replay; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say 'Preparing the conformance kit …'
mkdir "$work/reports"
cp -R "$TOLLGATE_CONFORMANCE" "$work/conformance"
cp -R "$TOLLGATE_FIXTURES" "$work/fixtures"
chmod -R u+w "$work"
(cd "$work/conformance" && run_npm install --no-package-lock) || fail "the kit's packages could not be installed."

# Three ports that were free a moment ago, all held until the last was found.
ports=$("$node" -e '
  const servers = [0, 0, 0].map(() => require("node:net").createServer().listen(0, "127.0.0.1"));
  setTimeout(() => {
    console.log(...servers.map(server => server.address().port));
    process.exit();
  }, 50);')
# shellcheck disable=SC2086 # three words
set -- $ports "$@"
replay_port=$1 port=$2 admin_port=$3
shift 3

# The kit reaches these by the adapters of their dialects; their own adapters are tried beside that.
cat >"$work/own.yaml" <<END
  openai-responses-own: { adapter: openai, base_url: "http://127.0.0.1:$replay_port/openai/v1", api: responses, keys: [test] }
  azure-own: { adapter: azure, base_url: "http://127.0.0.1:$replay_port/azure", keys: [test] }
  vertex-own: { adapter: vertex, base_url: "http://127.0.0.1:$replay_port/vertex", project: kit, keys: [test] }
END
sed -e "s/127\.0\.0\.1:4900/127.0.0.1:$replay_port/g" -e "/^providers:/r $work/own.yaml" \
  "$TOLLGATE_CONFORMANCE/tollgate.yaml" >"$work/tollgate.yaml"
CONFORMANCE_KEY=tg_conformance_0123456789abcdef0123456789abcdef
export CONFORMANCE_KEY

PORT=$replay_port "$node" "$work/conformance/replay-upstream.mjs" >"$work/replay.log" 2>&1 &
replay=$!
TOLLGATE_CONFIG=$work/tollgate.yaml TOLLGATE_DATA_DIR=$work/data TOLLGATE_HOST=127.0.0.1 TOLLGATE_PORT=$port \
  TOLLGATE_ADMIN_PORT=$admin_port "$root/bin/tollgate" start >"$work/gateway.log" 2>&1 &
gateway=$!

if ! "$node" "$root/test/conformance/wait-for.ts" "http://127.0.0.1:$replay_port/__health" "http://127.0.0.1:$port/readyz"; then
  tail -n 20 "$work/replay.log" "$work/gateway.log" >&2
  fail 'the gateway or the replay upstream did not start.'
fi

BASE_URL=http://127.0.0.1:$port API_KEY=$CONFORMANCE_KEY UPSTREAM=http://127.0.0.1:$replay_port
export BASE_URL API_KEY UPSTREAM
cd "$work/conformance"

# The kit exits with 1 as soon as one case fails; what counts here is the comparison at the end.
say "Recordings, as they are …"
FLAGS='' "$node" run.mjs --client=$clients --provider=$providers --report="$work/reports/whole.json" || true
say 'Recordings, cut at random bytes …'
FLAGS='~~split=7' "$node" run.mjs --client=$clients --provider=$providers --report="$work/reports/split.json" || true
say 'Recordings, each line ended by CR LF, with comments between, in one piece …'
for flag in crlf comments onechunk; do
  FLAGS="~~$flag" "$node" run.mjs --client=$clients --provider=$providers --mode=stream --report="$work/reports/$flag.json" || true
done
say 'Azure by its own adapter …'
for flag in '' split=7; do
  FLAGS=${flag:+~~$flag} MAP='{"azure":"azure-own"}' "$node" run.mjs --client=openai --provider=azure \
    --report="$work/reports/azure-own${flag:+-cut}.json" || true
done
say 'OpenAI in its Responses dialect …'
for flag in '' split=7; do
  FLAGS=${flag:+~~$flag} MAP='{"openai":"openai-responses-own"}' "$node" run.mjs --client=openai,anthropic \
    --provider=openai --report="$work/reports/responses-own${flag:+-cut}.json" || true
done
for flag in crlf comments onechunk; do
  FLAGS="~~$flag" MAP='{"openai":"openai-responses-own"}' "$node" run.mjs --client=openai,anthropic --provider=openai \
    --mode=stream --report="$work/reports/responses-own-$flag.json" || true
done
say "Vertex AI by its own adapter, with all of Gemini's recordings …"
MAP='{"gemini":"vertex-own","vertex":"vertex-own"}' "$node" run.mjs --client=openai --provider=gemini,vertex \
  --report="$work/reports/vertex-own.json" || true
say 'Embeddings …'
"$node" run.mjs --client=embeddings --provider=$providers --report="$work/reports/embeddings.json" || true
say 'Faults …'
"$node" faults.mjs --client=$clients --provider=openai,anthropic,gemini,mistral,cohere,bedrock --verbose | tee "$work/reports/faults.txt"
MAP='{"openai":"openai-responses-own"}' "$node" faults.mjs --client=$clients --provider=openai --verbose |
  tee "$work/reports/faults-responses-own.txt"

kill -0 "$gateway" 2>/dev/null || {
  tail -n 20 "$work/gateway.log" >&2
  fail 'the gateway died on the way.'
}
"$node" "$root/test/conformance/compare.ts" "$work/reports" "$@"
