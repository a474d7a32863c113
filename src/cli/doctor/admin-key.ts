import { type Config, ConfigurationProblem } from '../../config.ts';
import { adminKeyFile } from '../../control/secrets/admin-key.ts';
import { readPrivateFile } from '../../control/secrets/private-file.ts';
import { isKeyText } from '../../spec/names.ts';
import { type Finding, note, ok, problem } from './finding.ts';
import { privateFileProblem } from './master-key.ts';

const CHECK = 'admin key';

/** Whether a running gateway accepts it is said with the gateway. */
export function checkAdminKey(config: Config): readonly Finding[] {
  if (config.TOLLGATE_ADMIN_KEY) return [ok(CHECK, 'TOLLGATE_ADMIN_KEY is set')];
  const path = adminKeyFile(config);
  try {
    const text = readPrivateFile(path);
    if (text === null) return [note(CHECK, `${path} is not there`, 'The next start makes it.')];
    if (isKeyText(text)) return [ok(CHECK, `${path} holds it`)];
    const advice = `Remove the file: the next start makes a new one.`;
    return [problem(CHECK, `${path}: expected 20 to 512 visible ASCII characters`, advice)];
  } catch (error) {
    if (!(error instanceof ConfigurationProblem)) throw error;
    return [privateFileProblem(CHECK, error.message)];
  }
}
