/**
 * Lets only so many run at a time; the others wait for their turn. A browser opens six connections to
 * a server, and event streams that took all of them would leave none for anything else.
 */
export function lanes(count: number) {
    let free = count;
    const waiting = new Set<() => void>();

    function leave() {
        const next = waiting.values().next().value;
        if (next === undefined) {
            free++;
        } else {
            waiting.delete(next);
            next();
        }
    }

    /** Calls `start` now or once there is room; the answer gives the place back, or stops waiting. */
    return function enter(start: () => void): () => void {
        if (free > 0) {
            free--;
            start();
            return leave;
        }
        let inside = false;
        const turn = () => {
            inside = true;
            start();
        };
        waiting.add(turn);
        return () => (inside ? leave() : void waiting.delete(turn));
    };
}
