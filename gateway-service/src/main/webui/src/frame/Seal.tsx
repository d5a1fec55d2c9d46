/** The workshop's seal, 画 in seal paste. */
export const Seal = ({ size }: { size: number }) => (
    <img src="/seal.svg" width={size} height={size} alt="" />
);
