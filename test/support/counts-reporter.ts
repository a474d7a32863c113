import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

const listed = 40;

/**
 * Ends a run with one plain line of counts and names what was skipped. With CI=true a skipped test fails the run, so
 * that a missing server cannot hide. TOLLGATE_TEST_COUNTS names a file for the counts, as JSON.
 */
export default class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const skipped: TestCase[] = [];
    for (const module of modules) {
      // A file that cannot be loaded has no tests to fail, so it counts itself.
      if (module.errors().length > 0) counts.failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'skipped') skipped.push(test);
        if (state !== 'pending') counts[state] += 1;
      }
    }
    for (const test of skipped.slice(0, listed))
      console.log(`skipped: ${test.module.relativeModuleId} > ${test.fullName}`);
    if (skipped.length > listed) console.log(`skipped: ${skipped.length - listed} more`);
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
    const file = process.env.TOLLGATE_TEST_COUNTS;
    if (file) writeFileSync(file, JSON.stringify(counts));
    if (process.env.CI === 'true' && skipped.length > 0) process.exitCode = 1;
  }
}
