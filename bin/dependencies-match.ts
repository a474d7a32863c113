/**
 * Exits with 0 when node_modules holds what package-lock.json says, by version and hash, else with 1. The argument is
 * `production` or `development`.
 */
import { fileURLToPath } from 'node:url';
import { wrongPackages } from '../src/installed-packages.ts';

const purpose = process.argv[2] === 'production' ? 'production' : 'development';
const wrong = wrongPackages(fileURLToPath(new URL('../', import.meta.url)), purpose);
process.exit(wrong?.length === 0 ? 0 : 1);
