/**
 * Jobs: {@link huafang.gateway.job.Admission} puts a request's images on the queue, {@link
 * huafang.gateway.job.LiveJobs} follows what happens to them, {@link huafang.gateway.job.Jobs}
 * finds any job of an owner, and {@link huafang.gateway.job.JobResource} speaks HTTP.
 */
package huafang.gateway.job;
