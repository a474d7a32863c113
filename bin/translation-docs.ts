import { writeFileSync } from 'node:fs';
import { translationPage } from './translation/page.ts';

writeFileSync(new URL('../docs/translation.md', import.meta.url), await translationPage());
