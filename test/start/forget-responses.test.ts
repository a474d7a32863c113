import { expect, test, vi } from 'vitest';
import { GatewayError } from '../../src/spec/gateway-error.ts';
import { forgetResponses } from '../../src/start/forget-responses.ts';

test('kept responses are removed every now and then, also after a time when the database was away', async () => {
  vi.useFakeTimers();
  try {
    const logger = { info: vi.fn(), warn: vi.fn() };
    const away = new GatewayError('database_unavailable', { detail: 'nobody there' });
    const remove = vi.fn<() => Promise<number>>();
    remove.mockResolvedValueOnce(0).mockRejectedValueOnce(away).mockResolvedValue(7);
    const end = forgetResponses(remove, logger, 1_000);
    await vi.advanceTimersByTimeAsync(3_500);
    expect(remove).toHaveBeenCalledTimes(3);
    expect(logger.warn.mock.calls).toEqual([[{ reason: 'nobody there' }, expect.any(String)]]);
    expect(logger.info.mock.calls).toEqual([[{ removed: 7 }, expect.any(String)]]);
    await end();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(remove).toHaveBeenCalledTimes(3);
  } finally {
    vi.useRealTimers();
  }
});
