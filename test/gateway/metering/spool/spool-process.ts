import { openSpool } from '../../../../src/gateway/metering/spool/open-spool.ts';
import { uuidv7 } from '../../../../src/spec/ids.ts';
import { usageEvent } from '../../../store/ledger/usage-event.ts';

/** Writes calls without end and prints the id of each record that was acknowledged, until it is killed. */
const spool = await openSpool({
  directory: process.argv[2]!,
  fsync: 'interval',
  limitBytes: 1e9,
  segmentBytes: 65_536,
});

const say = (line: string) => process.stdout.write(`${line}\n`);

function call(): void {
  const event = { ...usageEvent(), id: uuidv7(), outcome: 'unknown' as const };
  spool.started(event, () => {
    say(`S ${event.id}`);
    spool.finished({ ...event, outcome: 'finished' }, () => {
      say(`F ${event.id}`);
      setImmediate(call);
    });
  });
}

for (let lane = 0; lane < 8; lane++) call();
