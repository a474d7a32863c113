/**
 * Runs one case with one client and prints what the client saw as one line of JSON. The task comes in as JSON:
 * `{ file, dialect, mode: 'stream' | 'whole', url, apiKey, model, prompt, tools, effort, verbose }`, and what `cases.ts`
 * has for single clients. `url` is that of the gateway, without a path: what comes after it is the client's affair.
 */
const task = JSON.parse(process.argv[2]);
const { run } = await import(`./${task.file}.mjs`);
try {
  process.stdout.write(`\n${JSON.stringify(await run(task))}\n`);
  process.exit(0);
} catch (error) {
  console.error(task.verbose ? error : String(error));
  process.exit(1);
}
