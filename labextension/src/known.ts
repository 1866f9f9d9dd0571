/** What each kernel had when it last answered, for when it is busy. Asks again after every cell. */

import type { Inventory } from './inventory';
import type { Kernels, Readiness } from './kernels';
import type { SessionShape } from './sessions';

/** What is known of a kernel, and whether it answers now. */
export interface Known {
  readiness: Readiness;
  inventory: Inventory | null;
}

/** One memory for the panel and for the checks of a busy kernel. */
export class KnownInventories {
  private readonly inventories = new WeakMap<SessionShape, Inventory>();

  constructor(private readonly kernels: Kernels) {}

  /** What is known without asking. */
  of(session: SessionShape): Known {
    const readiness = this.kernels.readinessOf(session);
    if (readiness !== 'ready' && readiness !== 'busy') {
      this.inventories.delete(session); // another kernel, or a fresh one, has nothing of it
    }
    return { readiness, inventory: this.inventories.get(session) ?? null };
  }

  /** What the kernel has now; what it had before where it does not answer. */
  async ask(session: SessionShape): Promise<Known> {
    const inventory = await this.kernels.askIn(session, { type: 'inventory' });
    if (inventory === null) {
      const known = this.of(session);
      return known.readiness === 'ready' ? { ...known, readiness: 'busy' } : known;
    }
    this.inventories.set(session, inventory);
    return { readiness: 'ready', inventory };
  }
}
