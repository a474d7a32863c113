import { z } from 'zod';
import type { ControlApp, ControlDependencies } from '../http/dependencies.ts';
import { teamSchema, teamView } from './team-view.ts';

const response = z.object({ teams: z.array(teamSchema) });

export function listTeamsRoute(app: ControlApp, deps: ControlDependencies): void {
  const schema = { summary: 'List all teams', querystring: z.strictObject({}), response: { 200: response } };
  app.get('/admin/v1/teams', { schema }, async () => ({ teams: (await deps.store.listTeams()).map(teamView) }));
}
