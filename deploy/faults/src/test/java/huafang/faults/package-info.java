/**
 * The fault harness. A {@link huafang.faults.Drill} starts a {@link huafang.faults.Fleet} of the
 * real services, has {@link huafang.faults.Customer}s ask for pictures while faults happen, and
 * lets an {@link huafang.faults.Audit} count what became of every image that was accepted.
 */
package huafang.faults;
