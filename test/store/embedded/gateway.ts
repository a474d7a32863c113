import { lockDataFolder } from '../../../src/store/data-folder-lock.ts';
import { startEmbedded } from '../../../src/store/embedded/start-embedded.ts';
import { quietLogger } from '../../support/quiet-logger.ts';

// The part of a gateway that owns the data folder, as a process of its own that tests can kill.
// Usage: node gateway.ts FOLDER (embedded | lock). Exits with 0 on a line of input, without stopping anything.
const [dataDir = '', what] = process.argv.slice(2);
process.stdin.once('data', () => process.exit(0));
try {
  lockDataFolder(dataDir);
  const embedded = what === 'embedded' ? await startEmbedded({ dataDir, logger: quietLogger }) : null;
  process.stdout.write(`${JSON.stringify({ connection: embedded?.connection ?? null })}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: error instanceof Error ? error.message : String(error) })}\n`);
  process.exit(1);
}
