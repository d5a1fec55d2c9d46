/**
 * Takes images from the queue one at a time, paints them, and publishes what becomes of them. A
 * {@link huafang.worker.Slot} holds a record of generation-jobs, a {@link
 * huafang.worker.TaskHandler} decides what to do with it and does it, a {@link
 * huafang.worker.Painter} paints with models that {@link huafang.worker.Residents} keeps, and
 * everything that others see leaves through the {@link huafang.worker.Outbox}. A record is
 * acknowledged only after the broker has what came of it.
 */
package huafang.worker;
