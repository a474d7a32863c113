/** `tollgate-20260501T033000Z.backup`: sorts by time, and names no host. */
export const backupFileName = (time: Date): string =>
  `tollgate-${time.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z.backup`;
