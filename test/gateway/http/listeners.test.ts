import { exchangeContract } from '../../contracts/exchange.ts';
import { directListener, nodeListener } from '../../support/listeners.ts';

exchangeContract("Node's listener", nodeListener);
exchangeContract('the direct listener', directListener);
