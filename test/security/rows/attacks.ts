import type { ThreatRow } from '../rows.ts';

/** What a caller can send: keys, framing, bodies, and where they make the gateway reach. */
export const attackRows: readonly ThreatRow[] = [
  {
    id: 'K1',
    when: 'now',
    threat: 'A key is looked up by a query or a comparison: injection, timing, a stolen table.',
    defence:
      'A key becomes an HMAC-SHA-256 under a random, sealed digest key and is found with one lookup in memory, without SQL; the admin key is compared by digests in constant time.',
  },
  {
    id: 'K2',
    when: 'now',
    threat: 'Several credentials in one request: one is checked, another one used or passed on.',
    defence:
      'The raw header list is read; two different values are 400 `credential_ambiguous`, and no header of the caller travels on.',
  },
  {
    id: 'K3',
    when: 'now',
    threat: 'A check that fails falls through to a way that takes the key of the caller.',
    defence:
      'Authentication answers a principal or throws, no empty principal exists, and a key of the caller is never used at a provider.',
  },
  {
    id: 'K4',
    when: 'now',
    threat: 'Access is decided on another URL than the one that is routed.',
    defence:
      'Every route wants a key unless it says otherwise in its own options; a strange Host or a target that is no plain path is 400, and the router forgives no spelling.',
  },
  {
    id: 'K5',
    when: 'now',
    threat: 'Answers tell which keys and models exist.',
    defence:
      'Unknown, expired and revoked keys get one 401; a model that is not allowed gets the 404 of one that is unknown, and only allowed names are suggested.',
  },
  {
    id: 'K6',
    when: 'now',
    threat: 'Bodies are read and keys are guessed before the caller is known.',
    defence:
      'The key is checked when the head is there; a refusal with an unread body closes the connection, and failures beyond 20 a second of a /24 or /64 are 429 while valid keys are served.',
  },
  {
    id: 'K7',
    when: 'now',
    threat: 'A key in the URL reaches logs, metrics or a provider.',
    defence:
      'Only routes of the Gemini dialect read `?key=`; it is taken out of the URL before anything else sees that, and the log holds the pattern of the route, never the URL.',
  },
  {
    id: 'K8',
    when: 'later',
    threat: 'Single sign-on: cached by a prefix, the algorithm taken from the token, an empty password.',
    defence: null,
    missing: 'single sign-on',
  },
  {
    id: 'H1',
    when: 'now',
    threat: 'Request smuggling: two lengths, a length and chunks, folded lines, bare line feeds.',
    defence:
      'Both listeners read strictly and close the connection on the first error; the body that leaves is framed anew, never with the framing of the client.',
  },
  {
    id: 'H2',
    when: 'now',
    threat: "What Node's parser lets through: odd transfer codings, chunks in HTTP/1.0, two Hosts.",
    defence: 'Each is 400 `invalid_framing` before authentication.',
  },
  {
    id: 'H3',
    when: 'now',
    threat: 'Chunk extensions and trailers.',
    defence: 'Extensions are bounded and dropped, trailers are dropped; neither travels on nor has a meaning here.',
  },
  {
    id: 'H4',
    when: 'now',
    threat: 'Line ends and other characters in headers, path or method of what is sent to a provider.',
    defence:
      'Headers to a provider are built from nothing, but for two of a caller of the Messages dialect, which are checked; names of models have a fixed alphabet, and the path is made of them encoded.',
  },
  {
    id: 'H5',
    when: 'now',
    threat: 'A length that is sent twice to a provider.',
    defence: 'Adapters give lower-case header names, none twice, and only the client itself writes the length.',
  },
  {
    id: 'H6',
    when: 'now',
    threat:
      'A connection is used again while its answer is unfinished: the next caller gets the answer of another one.',
    defence:
      'One request at a time on a connection; one whose exchange did not end cleanly is destroyed and never given to another call.',
  },
  {
    id: 'H7',
    when: 'now',
    threat: 'Tricks in answers: two lengths, folded lines, huge heads, odd statuses, 1xx without end.',
    defence:
      'An answer that is not strictly HTTP ends the attempt as `upstream_invalid`; statuses outside 200–599 and redirects are 502.',
  },
  {
    id: 'H8',
    when: 'now',
    threat: 'Upgrades, CONNECT, Expect, unknown methods, diagnostics behind odd methods.',
    defence: 'HTTP/1.1 only; a method without a route is 404 or 405 with a fixed body.',
  },
  {
    id: 'J1',
    when: 'now',
    threat: 'A member that stands twice or in another spelling: one value is checked, the other one used.',
    defence:
      'One scanner refuses repeated members and those that equal a known one but for case, in every object that is read; pass-through replaces the model at the scanned place.',
  },
  {
    id: 'J2',
    when: 'now',
    threat: 'Huge, deep or crowded bodies that overflow the stack or block the process.',
    defence: 'Depth, structure, numbers and names are bounded while scanning, before anything is parsed.',
  },
  {
    id: 'J3',
    when: 'now',
    threat: 'Compressed request bodies and odd character sets.',
    defence: 'Any coding but identity and any charset but UTF-8 is 415, unread.',
  },
  {
    id: 'J4',
    when: 'now',
    threat: 'Numbers that break sums: negative, infinite, fractional, as text.',
    defence: 'Numbers that cost money are whole and within bounds at the border; at most 128 choices.',
    missing: 'reservations that count `n`',
  },
  {
    id: 'J5',
    when: 'now',
    threat: 'Prototype pollution; `constructor` as a name.',
    defence: 'Lookups are maps, input is never merged deeply, and `__proto__` is removed from the process.',
  },
  {
    id: 'J6',
    when: 'now',
    threat: 'The name of a model leads to another path at the provider.',
    defence: 'Names have a fixed alphabet without empty, `.` or `..` segments, and are encoded segment by segment.',
  },
  {
    id: 'J7',
    when: 'now',
    threat: 'Multipart bodies: endless parts, temporary files, hostile file names.',
    defence: null,
    missing: 'operations that take multipart bodies',
  },
  {
    id: 'J8',
    when: 'now',
    threat: 'Pictures, documents and texts that are bombs for whoever counts them.',
    defence:
      'No pixel is decoded: each medium counts the same, whatever it claims to be. Estimates count bytes; where the simulator counts tokens, long runs are estimated, in turns of bounded length.',
  },
  {
    id: 'J9',
    when: 'now',
    threat: 'Regular expressions that never end.',
    defence: 'Globs are matched by a linear matcher of our own; no expression is built from what a caller sends.',
    missing: 'guardrails with patterns of an operator',
  },
  {
    id: 'J10',
    when: 'now',
    threat: 'A schema of the caller is compiled: code generation, fetches by reference.',
    defence: 'Schemas of callers are data: translated or passed on, never compiled, and no reference is fetched.',
  },
  {
    id: 'J11',
    when: 'now',
    threat: 'Template injection.',
    defence: null,
    missing: 'prompt APIs',
  },
  {
    id: 'J12',
    when: 'now',
    threat: 'File references and YAML as a way to read files.',
    defence:
      'A `file:` reference leads to a small regular file in one of the allowed folders, links resolved first; YAML is bounded in size and aliases and has the core types only.',
    missing: 'the folder of prompts',
  },
  {
    id: 'S1',
    when: 'now',
    threat: 'The caller chooses where a call goes.',
    defence: 'Base URLs come from the configuration only; no header and no member is read as one.',
  },
  {
    id: 'S2',
    when: 'now',
    threat: 'Addresses of pictures and files that lead into the inner network.',
    defence:
      'Where a provider needs the bytes, they are fetched from public addresses only; the check runs inside the lookup of the connection, at every redirect anew.',
  },
  {
    id: 'S3',
    when: 'now',
    threat: 'The inner network is explored by what a refusal tells.',
    defence: 'One error text for whatever is wrong, without address, status or content.',
  },
  {
    id: 'S4',
    when: 'now',
    threat: 'A redirect carries provider keys elsewhere.',
    defence: 'No redirect of a provider is followed: 502 `upstream_redirect`, the host stands in the log only.',
  },
  {
    id: 'S5',
    when: 'now',
    threat: 'Somebody poses as the provider: plain HTTP, no TLS check, a changed base URL with stored keys.',
    defence:
      'TLS is always checked; plain HTTP only to private addresses or with `allow_insecure`; stored keys are sealed, and references bound, for provider and origin, so another origin does not get them.',
  },
  {
    id: 'S6',
    when: 'now',
    threat: 'The gateway calls itself in a loop.',
    defence:
      'Every request to a provider carries a `via` entry of this node, also behind those it came with; a node that sees itself twice, or a third gateway, answers 508, which is never tried again.',
  },
  {
    id: 'S7',
    when: 'later',
    threat: 'Webhooks, discovery documents and log sinks that lead into the inner network.',
    defence: null,
    missing: 'webhooks and sinks',
  },
  {
    id: 'S8',
    when: 'later',
    threat: 'Tool servers: commands from the API, pages that reach localhost.',
    defence: null,
    missing: 'tool servers (MCP)',
  },
];
