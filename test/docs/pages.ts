import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { read, root } from '../house/sources.ts';

const below = readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.md'))
  .map(file => `docs/${file.split(path.sep).join('/')}`);

/** Every page that people read, as paths from the project's folder. */
export const pages: readonly string[] = ['README.md', 'CHANGELOG.md', ...below.sort()];

const FENCE = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** Code blocks of one language in a page, in order. */
export const blocks = (page: string, language: string): readonly string[] =>
  [...read(page).matchAll(FENCE)].filter(match => match[1] === language).map(match => match[2]!);

const withoutBlocks = (page: string): string => read(page).replaceAll(FENCE, '');

/** The part of a heading's link behind `#`, as code hosts make it. */
const anchor = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchors = (page: string): readonly string[] =>
  [...withoutBlocks(page).matchAll(/^#{1,6} (.+)$/gm)].map(match => anchor(match[1]!));

/** Links of a page to our own files and headings that lead nowhere. */
export function deadLinks(page: string): readonly string[] {
  const targets = [...withoutBlocks(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(match => match[1]!);
  return targets.filter(target => {
    const [file = '', heading] = target.split('#');
    const to = file === '' ? page : path.join(path.dirname(page), file);
    if (!existsSync(path.join(root, to))) return true;
    return heading !== undefined && !anchors(to).includes(heading);
  });
}

/** Files and folders of ours that a page names in code type and that are not there. */
export function missingFiles(page: string): readonly string[] {
  const named = [...read(page).matchAll(/`((?:src|providers|prisma|prompts|test|docs|bench|bin)\/[\w./-]+)`/g)];
  return named.map(match => match[1]!).filter(file => !existsSync(path.join(root, file)));
}
