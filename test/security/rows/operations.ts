import type { ThreatRow } from '../rows.ts';

/** What comes back, what is kept, what is shown, and what it all runs on. */
export const operationRows: readonly ThreatRow[] = [
  {
    id: 'P1',
    when: 'now',
    threat: 'Error texts of providers repeat keys, hosts and accounts.',
    defence:
      'Of an error only the message goes on, at most 2 KiB, with the secret of this attempt and everything that looks like a key, an account, an address or a private host taken out; a refused key of ours is 502 `provider_auth` and its text stays in the log.',
  },
  {
    id: 'P2',
    when: 'now',
    threat: 'Credentials and cookies in the headers of an answer.',
    defence: "Headers to the client are built from nothing; of the provider's own only its request id goes on.",
  },
  {
    id: 'P3',
    when: 'now',
    threat: 'HTML or script of a provider is served from our address.',
    defence:
      "Only JSON and event streams are taken, anything else is 502; answers say their type, `nosniff` and `default-src 'none'`.",
  },
  {
    id: 'P4',
    when: 'now',
    threat: 'Newlines in an answer become events of the stream.',
    defence: 'Events that we write hold JSON on one line, and names of events come from a fixed table.',
  },
  {
    id: 'P5',
    when: 'now',
    threat: 'The meter and the client read one stream differently.',
    defence:
      'One parser by the WHATWG rules for every cut and line end, compared with that of an SDK; the end mark counts only as exact data.',
  },
  {
    id: 'P6',
    when: 'now',
    threat: 'Endless lines and streams, slow drips, many tiny pieces.',
    defence:
      'A line of a stream and a whole answer are bounded; `first_token`, `idle` and `total` end what does not come; the provider is paused for a slow client.',
  },
  {
    id: 'P7',
    when: 'now',
    threat: 'An answer comes compressed although it was not asked for, or blinds the meter.',
    defence:
      "The client's `accept-encoding` is never passed on; a coded answer is decoded and metered, one coding, bounded in size and ratio, else 502.",
  },
  {
    id: 'P8',
    when: 'now',
    threat: 'Usage that lies: negative, infinite, absurd, with a cost of its own.',
    defence:
      "Each class is a whole number and the whole at most four million tokens beyond what the request and its own bound make, else our own estimate is booked, flagged `usage_implausible`; a provider's cost is never billed.",
  },
  {
    id: 'L1',
    when: 'now',
    threat: 'Secrets and prompts in logs, metrics, spool and errors.',
    defence:
      'Secrets are a type that shows itself as `[secret]`; log lines are built from named fields, never from a request, a body or an error object of a provider.',
    missing: 'traces',
  },
  {
    id: 'L2',
    when: 'now',
    threat: 'Core dumps, diagnostic reports and the inspector show the memory or the environment.',
    defence:
      'No core dumps, no inspector by signal, no environment in reports; `--inspect` stops the start, our own secrets leave the environment after reading, and children get a bare one.',
  },
  {
    id: 'L3',
    when: 'now',
    threat: 'Text of callers forges log lines or steers a terminal.',
    defence:
      'One JSON object a line with what could end it escaped, texts of others cut at 256 characters; the command line shows control and direction marks as `\\u…`.',
  },
  {
    id: 'L4',
    when: 'now',
    threat: 'Names that callers invent make series of metrics without end.',
    defence:
      'Labels come from the configuration or closed sets, anything else is `other`; values and series are bounded.',
  },
  {
    id: 'L5',
    when: 'now',
    threat: 'Trace headers of a client force sampling or leak to providers.',
    defence: '`traceparent`, `tracestate` and `baggage` are not read and not passed on.',
    missing: 'traces',
  },
  {
    id: 'L6',
    when: 'now',
    threat: 'One master key for everything, in a file that others read.',
    defence:
      'A sub-key per purpose, each sealed value bound to purpose and record and naming its key; a master key or admin key file that others can read stops the start.',
    missing: 'rotation of the master key',
  },
  {
    id: 'L7',
    when: 'now',
    threat: 'Files of spool and snapshot are read, swapped, rolled back or linked.',
    defence:
      'Folders are 0700 and files 0600; no link is followed. Each spool record has a checksum, and none holds a body or a key. The snapshot is sealed with its number, and one that is older than the newest that was kept is not loaded.',
  },
  {
    id: 'L8',
    when: 'now',
    threat: 'Backups, dumps, editor files and spreadsheets with secrets or formulas.',
    defence:
      'The master key lies outside the data folder and is in no backup, nor is any key in plain text; image and repository take no data along; a cell that a caller could make a formula is quoted.',
    missing: '`tollgate dump`',
  },
  {
    id: 'T1',
    when: 'now',
    threat: 'A cached answer reaches another tenant.',
    defence: null,
    missing: 'a response cache',
  },
  {
    id: 'T2',
    when: 'now',
    threat: "The provider's prompt cache tells one tenant about another.",
    defence: null,
    missing: 'more than one organization',
  },
  {
    id: 'T3',
    when: 'now',
    threat: 'Health and routing of one tenant are steered by another.',
    defence: 'What a caller got wrong never cools a target or a provider key down.',
    missing: 'affinity and learned latencies',
  },
  {
    id: 'T4',
    when: 'now',
    threat: 'Ids of objects that live at a provider reach across tenants of a shared account.',
    defence: null,
    missing: 'operations with objects that live at a provider (responses, files, batches)',
  },
  {
    id: 'T5',
    when: 'now',
    threat: 'Ids that the client chooses make usage vanish.',
    defence: 'Ids of calls and usage events are made here, UUIDv7; those of a client are not read.',
  },
  {
    id: 'T6',
    when: 'now',
    threat: 'Another operation, a stream or a fallback goes round what a key may use.',
    defence:
      'One pipeline for every operation: the model is resolved by the rights of the key before anything else, and so is every model that a tool, a plugin or a list of fallbacks in the body names.',
    missing: 'guardrails, other dialects, prompt APIs',
  },
  {
    id: 'T7',
    when: 'later',
    threat: 'Roles grow by themselves, ids of others in the admin API.',
    defence: null,
    missing: 'roles',
  },
  {
    id: 'B1',
    when: 'now',
    threat: 'Parallel calls race past a budget.',
    defence: null,
    missing: 'budgets and limits',
  },
  {
    id: 'B2',
    when: 'now',
    threat: 'A call that is cut, or settled twice, costs nothing.',
    defence:
      'An attempt is recorded once; one that a client leaves is booked with what it had made, estimated where no count came, and the same event appended twice is one row.',
    missing: 'reservations',
  },
  {
    id: 'B3',
    when: 'now',
    threat: 'Cheap calls train the estimate low, then dear ones follow.',
    defence: null,
    missing: 'budgets and limits',
  },
  {
    id: 'B4',
    when: 'now',
    threat: 'A cheap model falls back to a dear one.',
    defence: null,
    missing: 'budgets and limits',
  },
  {
    id: 'B5',
    when: 'now',
    threat: 'An unknown price is used as a free one.',
    defence: 'A call without a price has the cost `null`, never 0, and is counted in `unpriced_calls`.',
    missing: 'budgets and `unknown_price: block`',
  },
  {
    id: 'B6',
    when: 'now',
    threat: 'Cost outside the answer: background work, tiers, tools at the provider.',
    defence:
      'Operations that cannot be metered yet are 501; tools at the provider and tiers of long prompts are priced, and what asks for another service tier is flagged `tier_unpriced`.',
    missing: 'ids that hide input, prices of service tiers',
  },
  {
    id: 'B7',
    when: 'now',
    threat: 'Fields of the caller choose who pays.',
    defence: 'Team, consumer and key come from the principal only; what the caller names as end user is a label.',
    missing: 'budgets and limits of end users',
  },
  {
    id: 'B8',
    when: 'now',
    threat: 'Loops and storms of retries.',
    defence: 'At most four attempts and one total time a call, whatever the policy says.',
    missing: 'budgets and limits',
  },
  {
    id: 'D1',
    when: 'now',
    threat: 'Slow heads, slow bodies, slow readers and idle connections hold the process.',
    defence:
      'Each has its time and its end, at most 10,000 connections are open, and little waits for a slow reader before the provider is paused.',
  },
  {
    id: 'D2',
    when: 'now',
    threat: 'One call takes the process down.',
    defence:
      'An error ends its call and no other; one that nobody caught lets open calls finish, ships the spool and ends with exit code 1 for the service manager.',
  },
  {
    id: 'D3',
    when: 'now',
    threat: 'Text of callers steers Redis.',
    defence: null,
    missing: 'Redis',
  },
  {
    id: 'A1',
    when: 'now',
    threat: 'The admin port is reached from elsewhere, or through the data port.',
    defence:
      'A server of its own on the loopback, no header moves a caller, no admin route on the data port, and readiness says yes or no only.',
  },
  {
    id: 'A2',
    when: 'now',
    threat: "A web page in an operator's browser: rebinding, forged requests.",
    defence: 'A Host that is not ours is 421, a foreign Origin is 403, a bearer key only, no word of CORS.',
    missing: 'cookies and sessions',
  },
  {
    id: 'A3',
    when: 'now',
    threat: 'Whoever comes first becomes the administrator.',
    defence: 'No setup endpoint: the admin key is made at start into a file of mode 0600, once.',
    missing: 'accounts and invitations',
  },
  {
    id: 'A4',
    when: 'now',
    threat: 'References read the secrets of the gateway itself.',
    defence:
      'Our own variables, the data folder, the master key and system folders are never given out, under any spelling or link; the admin API takes no reference.',
    missing: 'providers in the admin API',
  },
  {
    id: 'A5',
    when: 'now',
    threat: 'SQL in reports, forged cursors, endless reports.',
    defence:
      'Values are parameters, groupings come from closed sets, cursors are sealed, a report spans at most 400 days and 15 seconds.',
  },
  {
    id: 'A6',
    when: 'later',
    threat: 'Scripts in the console, data that leaks through pictures, guessed passwords.',
    defence: null,
    missing: 'the console',
  },
  {
    id: 'A7',
    when: 'later',
    threat: 'Realtime connections: origin, size, a key in the subprotocol.',
    defence: null,
    missing: 'realtime connections',
  },
  {
    id: 'C1',
    when: 'now',
    threat: 'Other users of the machine reach the embedded database.',
    defence:
      'No TCP, a socket in a folder of mode 0700, SCRAM with a random password; as root a user of its own, not `nobody`.',
  },
  {
    id: 'C2',
    when: 'now',
    threat: 'The data plane has more rights in the database than it needs.',
    defence: null,
    missing: '`--role data`',
  },
  {
    id: 'C3',
    when: 'now',
    threat: 'Packages: install scripts, floating versions, stolen tokens.',
    defence: 'Exact versions, a sha512 for every package and no address, install scripts off everywhere.',
  },
  {
    id: 'C4',
    when: 'now',
    threat: 'Our own releases: actions, images, the install script.',
    defence:
      'What `install.sh` fetches is a locked package with its sha512; it never asks for more rights. Base images go through one argument that `deploy/pin-images.sh` sets to a digest.',
    missing: 'released archives and images, hosted workflows; digests, which need a registry of images',
  },
  {
    id: 'C5',
    when: 'now',
    threat: 'Code of others runs in our process.',
    defence: 'An adapter is one of those built in, by name; a file or a package is refused by file and admin API.',
    missing: 'adapters and plugins of others',
  },
];
