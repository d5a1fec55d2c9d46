package huafang.gateway.sdapi;

import huafang.contracts.catalogue.Checkpoint;
import huafang.contracts.generation.InvalidParameterException;
import huafang.contracts.generation.Sampler;
import huafang.gateway.model.AddOnChoice;
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
import java.util.List;
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
    private final OptionsOfOwners options;
    private final Catalogue catalogue;
    private final AddOnChoice addOns;
    private final SecurityIdentity identity;

    OptionsResource(
            OptionsOfOwners options,
            Catalogue catalogue,
            AddOnChoice addOns,
            SecurityIdentity identity) {
        this.options = options;
        this.addOns = addOns;
        this.catalogue = catalogue;
        this.identity = identity;
    }

    @GET
    @Operation(summary = "Your options")
    public Map<String, Object> get() {
        Settings chosen = Settings.of(options.of(owner()));
        Fields fields = chosen.fields();
        Optional<Checkpoint> checkpoint = catalogue.find(chosen.model());
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("samples_save", false);
        all.put("samples_format", "png");
        all.put("return_grid", false);
        all.put(Settings.MODEL, checkpoint.map(known -> known.model().title()).orElse(null));
        all.put("sd_checkpoint_hash", checkpoint.map(Checkpoint::sha256).orElse(null));
        all.put(Settings.VAE, chosen.vae());
        all.put(Settings.CLIP_SKIP, chosen.reading().clipSkip());
        all.put(Settings.EMPHASIS, chosen.reading().emphasis().label());
        all.put(Settings.RNG, chosen.rng().name());
        all.put(Settings.SEED_DELTA, fields.integer(Settings.SEED_DELTA, 0));
        all.put(Settings.ETA, fields.number(Settings.ETA, 1));
        all.put(Settings.ETA_DDIM, fields.number(Settings.ETA_DDIM, 0));
        all.put(Settings.PREVIEWS, fields.flag(Settings.PREVIEWS, true));
        all.put(Settings.NOISE_MULTIPLIER, fields.number(Settings.NOISE_MULTIPLIER, 1));
        all.put(Settings.MASK_WEIGHT, chosen.maskWeight());
        all.put("s_noise", fields.number("s_noise", 1));
        for (String name :
                List.of("s_churn", "s_tmin", "s_tmax", "sigma_min", "sigma_max", "rho")) {
            all.put(name, fields.number(name, 0));
        }
        all.put(Settings.DISCARD, fields.flag(Settings.DISCARD, false));
        all.put(Settings.REFINER_BY_STEPS, fields.flag(Settings.REFINER_BY_STEPS, false));
        return all;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Change some of your options")
    @RequestBody(content = @Content(schema = @Schema(implementation = Map.class)))
    public String set(byte[] body) {
        Fields changes = Fields.lenient(body);
        Unsupported.refuse(changes);
        Fields after = changes.only(Settings.NAMES).over(options.of(owner()));
        Settings chosen = Settings.of(after);
        try {
            chosen.sampling(Fields.NONE, Sampler.EULER_A);
            chosen.sampling(Fields.NONE, Sampler.DDIM);
            if (changes.node(Settings.MODEL) != null) {
                catalogue.usable(chosen.model());
            }
        } catch (InvalidParameterException e) {
            throw FieldNames.ofOption(e);
        }
        addOns.requireVae(chosen.vae(), Settings.VAE);
        options.set(owner(), after);
        return "null";
    }

    private String owner() {
        return identity.getPrincipal().getName();
    }
}
