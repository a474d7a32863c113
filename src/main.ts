import type { Logger } from 'pino';
import { ConfigurationProblem, type Environment, readConfig, secretSettings, settingWarnings } from './config.ts';
import { openLog } from './log.ts';
import { startTollgate } from './start.ts';
import { StoreStartError } from './store/start-error.ts';

/** Exit codes that checks and service managers rely on. */
const FAILED = 1;
const WRONG_USE = 2;
const AGAIN_MILLIS = 1_000;

/**
 * Runs the gateway in the foreground until a signal ends it. A wrong setting or configuration file ends the process
 * with 2, anything else that prevents the start with 1; both say why in plain lines on stderr.
 */
export async function start(environment: Environment): Promise<void> {
  try {
    const config = readConfig(environment);
    const log = openLog(config.LOG_LEVEL);
    for (const warning of settingWarnings(environment)) log.logger.warn(warning);
    const known = { ...environment };
    for (const name of secretSettings) delete process.env[name];
    const starting = startTollgate(config, known, log.logger);
    // From the first moment on: a signal during the start must not leave a database without its gateway.
    stopOnSignals(async () => (await starting.catch(() => null))?.stop(), log.logger, log.flush);
    await starting;
  } catch (error) {
    refuseToStart(error);
  }
}

function stopOnSignals(stop: () => Promise<void>, logger: Logger, flush: () => void): void {
  let stopping = false;
  let sinceMillis = 0;
  const leave = (code: number): never => {
    flush();
    process.exit(code);
  };
  const end = (code: number, why: string) => {
    if (stopping) {
      // Whoever asks again does not want to wait. A terminal and a wrapper may both pass on the first wish.
      if (performance.now() - sinceMillis > AGAIN_MILLIS) leave(FAILED);
      return;
    }
    stopping = true;
    sinceMillis = performance.now();
    logger.info({ why }, 'stopping');
    stop().then(
      () => leave(code),
      error => {
        logger.fatal({ stack: stackOf(error) }, 'stopping failed');
        leave(FAILED);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => end(0, signal));
  // An error nobody caught ends open calls properly and then this process; whoever runs it starts it again.
  const crash = (error: unknown) => {
    logger.fatal({ stack: stackOf(error) }, 'uncaught');
    end(FAILED, 'uncaught error');
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
}

function refuseToStart(error: unknown): never {
  if (error instanceof ConfigurationProblem) {
    for (const problem of error.problems) process.stderr.write(`${problem}\n`);
    process.exit(WRONG_USE);
  }
  process.stderr.write(`${error instanceof StoreStartError ? error.message : stackOf(error)}\n`);
  process.exit(FAILED);
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
