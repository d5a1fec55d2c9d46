/**
 * The records on the broker's topics. A request for n pictures is one {@link
 * huafang.contracts.job.JobEvent.Accepted job} of n {@link huafang.contracts.job.ImageTask images};
 * one image is the unit of work, keyed by (job id, index). Records only ever gain fields.
 */
package huafang.contracts.job;
