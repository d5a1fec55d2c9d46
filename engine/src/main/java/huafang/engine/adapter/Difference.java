package huafang.engine.adapter;

/** What is added to a weight. */
sealed interface Difference permits LowRank, KroneckerProduct {
    /** Rows of the weight. */
    int out();

    /** All its other dimensions together. */
    int columns();

    Difference scaled(float factor);

    /** The same in fewer numbers, if there is such a form. */
    Difference smallest();
}
