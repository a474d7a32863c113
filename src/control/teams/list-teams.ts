import { z } from 'zod';
import type { ControlApp, ControlDependencies } from '../http/dependencies.ts';
import { teamListSchema, teamView } from './team-view.ts';

export function listTeamsRoute(app: ControlApp, deps: ControlDependencies): void {
  const schema = { summary: 'List all teams', querystring: z.strictObject({}), response: { 200: teamListSchema } };
  app.get('/admin/v1/teams', { schema }, async () => ({ teams: (await deps.store.listTeams()).map(teamView) }));
}
