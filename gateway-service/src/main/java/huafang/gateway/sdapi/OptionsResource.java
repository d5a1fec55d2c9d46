package huafang.gateway.sdapi;

import huafang.contracts.catalogue.Checkpoint;
import huafang.contracts.generation.InvalidParameterException;
import huafang.contracts.generation.Rng;
import huafang.gateway.model.Catalogue;
import huafang.gateway.request.Fields;
import io.quarkus.security.Authenticated;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Reads and sets an owner's options. Unlike there, an unknown checkpoint is 422. */
@Path("/sdapi/v1/options")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "AUTOMATIC1111")
class OptionsResource {
    private static final String MODEL = "sd_model_checkpoint";
    private static final String RNG = "randn_source";
    private static final String SEED_DELTA = "eta_noise_seed_delta";

    private final OptionsOfOwners options;
    private final Catalogue catalogue;
    private final SecurityIdentity identity;

    OptionsResource(OptionsOfOwners options, Catalogue catalogue, SecurityIdentity identity) {
        this.options = options;
        this.catalogue = catalogue;
        this.identity = identity;
    }

    @GET
    @Operation(summary = "Your options")
    public Map<String, Object> get() {
        Options chosen = options.of(owner());
        Optional<Checkpoint> checkpoint = catalogue.find(chosen.model());
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("samples_save", false);
        all.put("samples_format", "png");
        all.put("return_grid", false);
        all.put(MODEL, checkpoint.map(known -> known.model().title()).orElse(null));
        all.put("sd_checkpoint_hash", checkpoint.map(Checkpoint::sha256).orElse(null));
        all.put("sd_vae", "Automatic");
        all.put(Options.CLIP_SKIP, chosen.reading().clipSkip());
        all.put(Options.EMPHASIS, chosen.reading().emphasis().label());
        all.put(RNG, chosen.rng().name());
        all.put(SEED_DELTA, chosen.seedDelta());
        return all;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Change some of your options")
    @RequestBody(content = @Content(schema = @Schema(implementation = Map.class)))
    public String set(byte[] body) {
        Fields fields = Fields.lenient(body);
        Unsupported.refuse(fields, "");
        Options before = options.of(owner());
        String model = fields.text(MODEL, before.model());
        if (fields.node(MODEL) != null) {
            try {
                catalogue.usable(model);
            } catch (InvalidParameterException e) {
                throw new InvalidParameterException(MODEL, model, e.allowed());
            }
        }
        Rng rng = Rng.of(fields.text(RNG, before.rng().name()));
        int seedDelta = fields.integer(SEED_DELTA, before.seedDelta());
        options.set(owner(), new Options(model, rng, before.reading(fields, ""), seedDelta));
        return "null";
    }

    private String owner() {
        return identity.getPrincipal().getName();
    }
}
