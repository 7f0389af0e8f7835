/** Holds work up between two files, for as long as somebody wants. */
export class Gate {
	#closed: PromiseWithResolvers<void> | undefined;

	get isClosed(): boolean {
		return this.#closed !== undefined;
	}

	/** What is under way goes on; nothing new begins. */
	close(): void {
		this.#closed ??= Promise.withResolvers();
	}

	open(): void {
		this.#closed?.resolve();
		this.#closed = undefined;
	}

	/** Resolves when the gate is open, or the signal says that nothing will begin any more. */
	async passed(signal: AbortSignal): Promise<void> {
		while (this.#closed && !signal.aborted) await Promise.race([this.#closed.promise, aborted(signal)]);
	}
}

function aborted(signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
