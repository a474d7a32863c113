import type { ControlApp, ControlDependencies } from '../http/dependencies.ts';
import { programVersion } from './program-version.ts';
import { statusSchema } from './status-schema.ts';

export function statusRoute(app: ControlApp, deps: ControlDependencies): void {
  const schema = { summary: 'Show the state of this node', response: { 200: statusSchema } };
  app.get('/admin/v1/status', { schema }, () => {
    const { ready, problems, notes, source } = deps.status();
    const ledger = deps.ledgerStatus();
    return {
      version: programVersion(),
      ready,
      problems: [...problems],
      notes: [...notes],
      snapshot_source: source,
      snapshot_version: deps.snapshotVersion(),
      ledger: {
        lag_millis: ledger.lagMillis,
        pending_events: ledger.pendingEvents,
        pending_bytes: ledger.pendingBytes,
        pending_segments: ledger.pendingSegments,
        set_aside: ledger.setAside,
      },
    };
  });
}
