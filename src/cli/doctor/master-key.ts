import { type Config, ConfigurationProblem } from '../../config.ts';
import { openDigestKey } from '../../control/secrets/digest-key.ts';
import { type MasterKey, masterKeyFile, readMasterKey } from '../../control/secrets/master-key.ts';
import { createSealer, UnsealFailure } from '../../control/secrets/sealer.ts';
import { type Finding, note, ok, problem } from './finding.ts';
import { asItsUser } from './words.ts';

export interface ReadMasterKey {
  /** The setting or file it comes from. */
  readonly source: string;
  readonly key: MasterKey | null;
  readonly problem: string | null;
}

export function seeMasterKey(config: Config): ReadMasterKey {
  const source = config.TOLLGATE_MASTER_KEY ? 'TOLLGATE_MASTER_KEY' : masterKeyFile(config);
  try {
    return { source, key: readMasterKey(config), problem: null };
  } catch (error) {
    if (!(error instanceof ConfigurationProblem)) throw error;
    return { source, key: null, problem: error.message };
  }
}

const CHECK = 'master key';
const theRightOne =
  'Put the master key back that this database was first started with; without it the secrets stay closed.';

/** `sealed`: the digest key as the database holds it; null when it holds none, undefined when nobody could ask. */
export function checkMasterKey(read: ReadMasterKey, sealed: string | null | undefined): readonly Finding[] {
  if (read.problem !== null) return [privateFileProblem(CHECK, read.problem)];
  if (read.key === null) {
    if (sealed) return [problem(CHECK, `${read.source} is missing, and this database is sealed with it`, theRightOne)];
    return [note(CHECK, `${read.source} is not there yet`, 'The first start makes it. Keep a copy in a safe place.')];
  }
  if (sealed === undefined) {
    const message = `${read.source} holds a key (${read.key.id}); whether it opens this instance's seals is unknown`;
    return [note(CHECK, message, 'Run this again when the database can be asked.')];
  }
  if (sealed === null) return [ok(CHECK, `${read.source} holds a key (${read.key.id}); nothing is sealed yet`)];
  return [opens(read.key, sealed, read.source)];
}

function opens(key: MasterKey, sealed: string, source: string): Finding {
  try {
    openDigestKey(sealed, createSealer(key));
    return ok(CHECK, `${source} opens this instance's seals`);
  } catch (error) {
    if (!(error instanceof UnsealFailure)) throw error;
    return problem(
      CHECK,
      `${source} does not open this instance's seals: it is key ${key.id}, sealed was with another`,
      theRightOne,
    );
  }
}

/** The command to run stands at the end of what is said about a private file. */
export function privateFileProblem(check: string, text: string): Finding {
  const [message = text, command] = text.split(/\. (?=Run: )/);
  const otherwise = text.endsWith('EACCES')
    ? asItsUser
    : 'Correct the file or the setting that names it; a start refuses it.';
  return problem(check, message, command ?? otherwise);
}
