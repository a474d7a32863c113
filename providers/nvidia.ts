import { compatible } from './openai-compatible.ts';

export default compatible({
  id: 'nvidia',
  baseUrl: 'https://integrate.api.nvidia.com/v1',
  keyNames: ['NVIDIA_API_KEY'],
});
