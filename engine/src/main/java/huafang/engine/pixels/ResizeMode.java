package huafang.engine.pixels;

import huafang.engine.pixels.Resampling.Span;

/** How a picture of another shape comes to the size that is painted: AUTOMATIC1111's four ways. */
public enum ResizeMode {
    /** Stretched. */
    JUST_RESIZE {
        @Override
        public Pixels fit(Pixels picture, int width, int height) {
            return Resampling.LANCZOS.resize(picture, width, height);
        }
    },
    /** As large as to cover all, the middle of it. */
    CROP_AND_RESIZE {
        @Override
        public Pixels fit(Pixels picture, int width, int height) {
            boolean broader = isBroader(width, height, picture);
            return inTheMiddle(
                    scaled(picture, width, height, broader),
                    Pixels.black(width, height, picture.channels()));
        }
    },
    /** As small as to be seen whole, in the middle; its edges are stretched over what is left. */
    RESIZE_AND_FILL {
        @Override
        public Pixels fit(Pixels picture, int width, int height) {
            boolean narrower = isBroader(picture.width(), picture.height(), width, height);
            Pixels small = scaled(picture, width, height, narrower);
            Pixels fitted = inTheMiddle(small, Pixels.black(width, height, picture.channels()));
            int above = height / 2 - small.height() / 2;
            int beside = width / 2 - small.width() / 2;
            Span rows = new Span(0, small.height());
            Span columns = new Span(0, small.width());
            if (narrower && above > 0) {
                fitted.paste(edge(small, columns, new Span(0, 0), width, above), 0, 0);
                Span last = new Span(small.height(), small.height());
                fitted.paste(edge(small, columns, last, width, above), 0, above + small.height());
            } else if (isBroader(width, height, picture) && beside > 0) {
                fitted.paste(edge(small, new Span(0, 0), rows, beside, height), 0, 0);
                Span last = new Span(small.width(), small.width());
                fitted.paste(edge(small, last, rows, beside, height), beside + small.width(), 0);
            }
            return fitted;
        }

        private Pixels edge(Pixels small, Span across, Span down, int width, int height) {
            return Resampling.BICUBIC.resize(small, across, down, width, height);
        }
    },
    /** Painted in latents, which are stretched; the picture itself stays as it is. */
    LATENT_UPSCALE {
        @Override
        public Pixels fit(Pixels picture, int width, int height) {
            return picture;
        }
    };

    /** The picture, or a mask that lies over it, at the size that is painted. */
    public abstract Pixels fit(Pixels picture, int width, int height);

    private static boolean isBroader(int width, int height, Pixels than) {
        return isBroader(width, height, than.width(), than.height());
    }

    private static boolean isBroader(int width, int height, int otherWidth, int otherHeight) {
        return (double) width / height > (double) otherWidth / otherHeight;
    }

    /** Of the shape it has, one side as wanted. */
    private static Pixels scaled(Pixels picture, int width, int height, boolean byWidth) {
        return Resampling.LANCZOS.resize(
                picture,
                byWidth ? width : side(picture.width(), height, picture.height()),
                byWidth ? side(picture.height(), width, picture.width()) : height);
    }

    private static int side(int side, long times, int over) {
        return Math.clamp(side * times / over, 1, Pixels.MOST);
    }

    private static Pixels inTheMiddle(Pixels picture, Pixels frame) {
        frame.paste(
                picture,
                frame.width() / 2 - picture.width() / 2,
                frame.height() / 2 - picture.height() / 2);
        return frame;
    }
}
