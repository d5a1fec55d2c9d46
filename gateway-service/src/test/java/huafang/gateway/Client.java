package huafang.gateway;

import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;

/** Somebody with a name and a password. */
public record Client(String user, String password) {
    public static final Client ADMIN = new Client("admin", "correct horse");
    public static final Client GUEST = new Client("guest", "guest");
    public static final Client PAINTER = new Client("painter", "painter");
    public static final Client IDLER = new Client("idler", "idler");

    public RequestSpecification request() {
        return RestAssured.given().auth().preemptive().basic(user, password);
    }

    public Response get(String path) {
        return request().get(path);
    }

    public Response post(String path, String json) {
        return request().contentType("application/json").body(json).post(path);
    }
}
