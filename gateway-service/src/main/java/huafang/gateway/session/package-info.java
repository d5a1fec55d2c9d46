/** Who is signed in. */
package huafang.gateway.session;
