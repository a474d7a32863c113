import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import { GatewayError } from '../../spec/gateway-error.ts';
import type { ProviderObject } from '../../spec/id-sealer.ts';
import { wrongValue } from '../dialects/request-members.ts';
import type { Stages } from '../pipeline.ts';
import { askProvider, type ObjectRequest } from './ask-provider.ts';
import { ownId, ResponseIds, scopeOf } from './response-state.ts';
import { sealResponse } from './sealed-response.ts';
import { readStored, type StoredContent } from './stored-content.ts';
import { itemsPage, readItemsQuery } from './stored-items.ts';

/** `/v1/responses/{id}` and what is below it: of a response that its provider keeps, or that is kept here. */
export function registerResponseRoutes(app: FastifyInstance, stages: Stages, asOurs: RouteShorthandOptions): void {
  for (const root of ['/v1/responses', '/openai/v1/responses']) {
    const answer = (work: (request: ResponseRequest) => Promise<object>) => {
      return async (request: FastifyRequest, reply: FastifyReply) =>
        reply.type('application/json').send(await work(new ResponseRequest(request, stages)));
    };
    const one = `${root}/:id`;
    app.get(
      one,
      asOurs,
      answer(request => request.retrieve()),
    );
    app.delete(
      one,
      asOurs,
      answer(request => request.remove()),
    );
    app.get(
      `${one}/input_items`,
      asOurs,
      answer(request => request.inputItems()),
    );
    app.post(
      `${one}/cancel`,
      asOurs,
      answer(request => request.cancel()),
    );
  }
}

/** Throws `response_not_found` for an id of another scope and for one that is none, as for one that is gone. */
class ResponseRequest {
  readonly #request: FastifyRequest;
  readonly #stages: Stages;
  readonly #ids: ResponseIds;
  readonly #id: string;

  constructor(request: FastifyRequest, stages: Stages) {
    this.#request = request;
    this.#stages = stages;
    this.#ids = new ResponseIds(stages.state, request.principal!);
    this.#id = (request.params as { id: string }).id;
  }

  async retrieve(): Promise<object> {
    const { stream } = this.#query;
    if (stream !== undefined && stream !== 'false') throw wrongValue('stream', 'a response is only given back whole');
    const object = this.#atProvider();
    if (object !== null) return this.#ask(object, { method: 'GET', below: '' });
    return (await this.#stored()).response;
  }

  async remove(): Promise<object> {
    const object = this.#atProvider();
    if (object !== null) return this.#ask(object, { method: 'DELETE', below: '' });
    const id = this.#ownId();
    if (!(await this.#stages.state.responses.remove(id, scopeOf(this.#request.principal!)))) throw this.#notFound();
    return { id: this.#id, object: 'response', deleted: true };
  }

  async inputItems(): Promise<object> {
    const object = this.#atProvider();
    if (object !== null) return this.#ask(object, { method: 'GET', below: '/input_items' });
    const query = readItemsQuery(this.#query);
    return itemsPage(await this.#stored(), this.#ownId().replaceAll('-', ''), query);
  }

  async cancel(): Promise<object> {
    const object = this.#atProvider();
    if (object !== null) return this.#ask(object, { method: 'POST', below: '/cancel' });
    await this.#stored();
    throw wrongValue('id', 'only a response that is made in the background can be cancelled');
  }

  get #query() {
    return this.#request.query as Readonly<Record<string, unknown>>;
  }

  #atProvider(): ProviderObject | null {
    return this.#ids.open(this.#id);
  }

  async #ask(object: ProviderObject, { method, below }: Pick<ObjectRequest, 'method' | 'below'>): Promise<Buffer> {
    const { snapshot, principal, raw } = this.#request;
    const query = raw.url!.split('?', 2)[1] ?? '';
    const conceal = (text: string) => text.replaceAll(object.id, this.#id);
    const caller = { snapshot: snapshot!, principal: principal! };
    const body = await askProvider(caller, object, { method, below, query }, this.#stages.upstream, conceal);
    const seal = (id: string) => (id === object.id ? this.#id : this.#ids.seal(object.provider, object.model, id));
    try {
      return sealResponse(body, seal);
    } catch (cause) {
      throw new GatewayError('upstream_invalid', { detail: 'a response that is no JSON object', cause });
    }
  }

  async #stored(): Promise<StoredContent> {
    const content = await this.#stages.state.responses.load(this.#ownId(), scopeOf(this.#request.principal!));
    if (content === null) throw this.#notFound();
    return readStored(content);
  }

  #ownId(): string {
    const id = ownId(this.#id);
    if (id === null) throw this.#notFound();
    return id;
  }

  #notFound(): GatewayError {
    return new GatewayError('response_not_found', {
      message: `Response with id '${this.#id.slice(0, 128)}' not found.`,
      param: 'id',
    });
  }
}
