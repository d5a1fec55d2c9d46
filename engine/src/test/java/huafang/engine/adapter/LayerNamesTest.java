package huafang.engine.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stable Diffusion XL's layout: levels of which some have no attention, and two text encoders. */
class LayerNamesTest {
    private static final LayerNames NAMES = new LayerNames(xl());

    private static Map<String, List<Long>> xl() {
        Map<String, List<Long>> shapes = new HashMap<>();
        Stream<String> residual =
                Stream.of(
                        "input_blocks.1.0",
                        "input_blocks.2.0",
                        "input_blocks.4.0",
                        "input_blocks.5.0",
                        "input_blocks.7.0",
                        "input_blocks.8.0",
                        "middle_block.0",
                        "middle_block.2",
                        "output_blocks.0.0",
                        "output_blocks.1.0",
                        "output_blocks.2.0",
                        "output_blocks.3.0",
                        "output_blocks.4.0",
                        "output_blocks.5.0",
                        "output_blocks.6.0",
                        "output_blocks.8.0");
        residual.forEach(block -> {
            conv(shapes, block + ".in_layers.2");
            conv(shapes, block + ".out_layers.3");
            linear(shapes, block + ".emb_layers.1");
        });
        conv(shapes, "output_blocks.7.0.in_layers.2");
        Stream.of(
                        "input_blocks.4.1",
                        "input_blocks.8.1",
                        "middle_block.1",
                        "output_blocks.2.1",
                        "output_blocks.5.1")
                .forEach(block -> linear(shapes, block + ".transformer_blocks.0.attn2.to_out.0"));
        conv(shapes, "input_blocks.0.0");
        conv(shapes, "input_blocks.3.0.op");
        conv(shapes, "input_blocks.6.0.op");
        conv(shapes, "output_blocks.2.2.conv");
        conv(shapes, "output_blocks.5.2.conv");
        linear(shapes, "label_emb.0.2");
        for (String tower : List.of("0", "1")) {
            String place = "conditioner.embedders." + tower + ".transformer.text_model.";
            shapes.put(place + "encoder.layers.3.self_attn.q_proj.weight", List.of(8L, 8L));
            shapes.put(place + "embeddings.token_embedding.weight", List.of(8L, 8L));
        }
        shapes.put("conditioner.embedders.0.transformer.text_projection.weight", List.of(8L, 8L));
        shapes.put("conditioner.embedders.1.transformer.text_projection", List.of(8L, 4L));
        return shapes;
    }

    private static void conv(Map<String, List<Long>> shapes, String layer) {
        shapes.put("model.diffusion_model." + layer + ".weight", List.of(8L, 8L, 3L, 3L));
    }

    private static void linear(Map<String, List<Long>> shapes, String layer) {
        shapes.put("model.diffusion_model." + layer + ".weight", List.of(8L, 8L));
    }

    @ParameterizedTest
    @CsvSource({
        "lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_out_0, input_blocks.4.1.transformer_blocks.0.attn2.to_out.0",
        "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_out_0, input_blocks.4.1.transformer_blocks.0.attn2.to_out.0",
        "unet.down_blocks.2.attentions.1.transformer_blocks.0.attn2.to_out.0, input_blocks.8.1.transformer_blocks.0.attn2.to_out.0",
        "unet.down_blocks.2.attentions.1.transformer_blocks.0.attn2.processor.to_out, input_blocks.8.1.transformer_blocks.0.attn2.to_out.0",
        "base_model.model.mid_block.attentions.0.transformer_blocks.0.attn2.to_out.0, middle_block.1.transformer_blocks.0.attn2.to_out.0",
        "base_model.model.unet.up_blocks.1.attentions.2.transformer_blocks.0.attn2.to_out.0, output_blocks.5.1.transformer_blocks.0.attn2.to_out.0",
        "up_blocks.0.attentions.2.transformer_blocks.0.attn2.to_out.0, output_blocks.2.1.transformer_blocks.0.attn2.to_out.0",
        "lora_unet_down_blocks_0_resnets_1_conv1, input_blocks.2.0.in_layers.2",
        "lora_unet_down_blocks_0_resnets_0_conv2, input_blocks.1.0.out_layers.3",
        "lora_unet_mid_block_resnets_1_time_emb_proj, middle_block.2.emb_layers.1",
        "lora_unet_up_blocks_2_resnets_2_conv1, output_blocks.8.0.in_layers.2",
        "lora_unet_down_blocks_1_downsamplers_0_conv, input_blocks.6.0.op",
        "lora_unet_up_blocks_1_upsamplers_0_conv, output_blocks.5.2.conv",
        "lora_unet_conv_in, input_blocks.0.0",
        "unet.add_embedding.linear_2, label_emb.0.2",
    })
    void unetLayersAreFoundInEveryDialect(String name, String layer) {
        assertThat(NAMES.find(name).orElseThrow().weight())
                .isEqualTo("model.diffusion_model." + layer + ".weight");
    }

    @ParameterizedTest
    @CsvSource({
        "lora_te1_text_model_encoder_layers_3_self_attn_q_proj, 0",
        "lora_te_text_model_encoder_layers_3_self_attn_q_proj, 0",
        "text_encoder.text_model.encoder.layers.3.self_attn.q_proj, 0",
        "base_model.model.text_model.encoder.layers.3.self_attn.q_proj, 0",
        "lora_te2_text_model_encoder_layers_3_self_attn_q_proj, 1",
        "text_encoder_2.text_model.encoder.layers.3.self_attn.q_proj, 1",
    })
    void textLayersAreFoundInTheirEncoder(String name, String tower) {
        assertThat(NAMES.find(name).orElseThrow().weight())
                .startsWith("conditioner.embedders." + tower + ".");
    }

    @Test
    void whatPoolsThePromptIsFoundThoughItLiesOnItsSide() {
        assertThat(NAMES.find("lora_te2_text_projection").orElseThrow())
                .isEqualTo(
                        new LayerNames.Layer(
                                "conditioner.embedders.1.transformer.text_projection.weight",
                                List.of(4L, 8L)));
        assertThat(NAMES.find("lora_te1_text_projection")).as("nobody reads it").isEmpty();
    }

    @Test
    void whatNoAdapterMayChangeHasNoName() {
        assertThat(NAMES.find("lora_te1_text_model_embeddings_token_embedding")).isEmpty();
        assertThat(NAMES.find("lora_unet_down_blocks_9_resnets_0_conv1")).isEmpty();
        assertThat(NAMES.under("conditioner.embedders.1.")).hasSize(2);
    }
}
