"""OpenAI's SDK with Tollgate behind it. Only base_url and api_key differ from a program that calls OpenAI itself.

    pip install openai
    python docs/examples/openai_sdk.py

TOLLGATE_URL, TOLLGATE_KEY and TOLLGATE_MODEL say where, as whom and which; without them it asks the simulator of the
gateway that ./install.sh started.
"""

import os
from pathlib import Path

from openai import NotFoundError, OpenAI

url = os.environ.get("TOLLGATE_URL", "http://127.0.0.1:4000")
api_key = os.environ.get("TOLLGATE_KEY") or Path("data/quickstart.key").read_text().strip()
model = os.environ.get("TOLLGATE_MODEL", "simulator/echo")
messages = [{"role": "user", "content": "Hello, Tollgate!"}]

client = OpenAI(base_url=f"{url}/v1", api_key=api_key)

# A whole answer. Target, cost and the id that finds the call in log and ledger are in the headers.
raw = client.chat.completions.with_raw_response.create(model=model, messages=messages)
print("answer:", raw.parse().choices[0].message.content)
for name in ("x-tollgate-target", "x-tollgate-cost-usd", "x-request-id"):
    print(f"{name}:", raw.headers.get(name))

# A stream. Who asks for usage gets it in the last chunk, with our cost in it.
stream = client.chat.completions.create(
    model=model, messages=messages, stream=True, stream_options={"include_usage": True}
)
text = ""
for chunk in stream:
    if chunk.choices:
        text += chunk.choices[0].delta.content or ""
    if chunk.usage:
        print("usage:", chunk.usage.model_dump_json(exclude_none=True))
print("streamed:", text)

# The models that this key may use.
for known in client.models.list():
    print("model:", known.id)

# Errors are the SDK's own classes. An unknown model names the nearest ones.
try:
    client.chat.completions.create(model="simulater/echo", messages=messages)
except NotFoundError as error:
    print("error:", error.code, error)
