import { z } from 'zod';
import type { ControlApp, ControlDependencies } from '../http/dependencies.ts';
import { errorSchema } from '../http/error-schema.ts';
import { resourceName, storeResponses } from '../http/names.ts';
import { teamSchema, teamView } from './team-view.ts';

const body = z.strictObject({ name: resourceName, store_responses: storeResponses.default(null) });

export function createTeamRoute(app: ControlApp, deps: ControlDependencies): void {
  const schema = { summary: 'Create a team', body, response: { 201: teamSchema, '4xx': errorSchema } };
  app.post('/admin/v1/teams', { schema }, async (request, reply) => {
    const team = await deps.store.createTeam({
      name: request.body.name,
      storeResponses: request.body.store_responses,
    });
    await deps.afterChange();
    return reply.code(201).send(teamView(team));
  });
}
