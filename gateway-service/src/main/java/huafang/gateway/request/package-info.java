/** Reads the JSON of a request's body field by field, so that an error can name the field. */
package huafang.gateway.request;
