/** How an industry uses electricity. Shares are of its usual daytime load. */
export interface Industry {
  usualKw: readonly [number, number]
  /** Continuous works all night; two shifts 6 to 22 h; one shift 7:30 to 17 h. */
  shifts: 'continuous' | 'two' | 'one'
  nightShare: number
  weekendShare: number
  /** What stops in the lunch break. */
  lunchShare: number
  /** Cold stores, spinning halls, clean rooms: what follows the heat. */
  coolingShare: number
  /** A furnace's swing, and the sign that it ramps slowly. */
  furnaceShare: number
  /** The load that keeps running whatever happens. */
  neverCurtail: string
  names: readonly string[]
}

const industry = (
  usualKw: readonly [number, number],
  shifts: Industry['shifts'],
  shares: readonly [night: number, weekend: number, lunch: number, cooling: number, furnace: number],
  neverCurtail: string,
  names: readonly string[]
): Industry => ({
  usualKw,
  shifts,
  nightShare: shares[0],
  weekendShare: shares[1],
  lunchShare: shares[2],
  coolingShare: shares[3],
  furnaceShare: shares[4],
  neverCurtail,
  names
})

/** Sixty invented companies, as an industrial province in the north might have them. */
export const industries: Readonly<Record<string, Industry>> = {
  steel: industry([2500, 4500], 'continuous', [0.95, 0.94, 0.1, 0.03, 0.05], 'Quạt và nước làm mát lò', [
    'Công ty CP Thép Đông Sơn',
    'Công ty CP Luyện cán thép Kinh Bắc',
    'Công ty TNHH Thép hình Việt Hưng',
    'Nhà máy Cán thép Phú Lương',
    'Công ty CP Ống thép Hòa An'
  ]),
  cement: industry([2500, 4000], 'continuous', [0.97, 0.96, 0.05, 0.02, 0.04], 'Lò nung và quạt lò', [
    'Công ty CP Xi măng Hoàng Long',
    'Công ty CP Xi măng Núi Voi',
    'Trạm nghiền xi măng Cầu Đông'
  ]),
  textile: industry([700, 1800], 'two', [0.55, 0.88, 0.22, 0.22, 0], 'Điều ẩm gian sợi', [
    'Công ty CP Dệt may Thành Đông',
    'Tổng công ty Sợi Kinh Bắc',
    'Công ty TNHH May xuất khẩu Hương Sen',
    'Công ty CP Dệt nhuộm Tân Tiến',
    'Công ty TNHH Sợi Phú Thịnh',
    'Công ty CP May Việt Tú',
    'Công ty TNHH Dệt kim Minh Châu'
  ]),
  coldStorage: industry([400, 1000], 'continuous', [0.9, 0.95, 0.06, 0.4, 0], 'Máy nén kho lạnh −18 °C', [
    'Kho lạnh Tân Thành',
    'Công ty CP Kho vận lạnh Bắc Hà',
    'Công ty TNHH Kho lạnh An Khang',
    'Trung tâm Logistics lạnh Việt Phát',
    'Kho lạnh Nông sản Hà Đông'
  ]),
  packaging: industry([400, 800], 'two', [0.45, 0.88, 0.25, 0.1, 0], 'Phòng máy chủ và chiếu sáng', [
    'Công ty CP Bao bì Tân Á',
    'Công ty TNHH Bao bì giấy Hưng Yên Phát',
    'Công ty CP In và Bao bì Đại Nam',
    'Công ty TNHH Bao bì màng ghép Việt Long',
    'Công ty CP Bao bì carton Sông Cầu'
  ]),
  ceramics: industry([900, 1800], 'continuous', [0.92, 0.95, 0.08, 0.04, 0.03], 'Lò nung gốm', [
    'Công ty CP Gốm sứ Bát Hải',
    'Công ty CP Gạch men Thăng Long Xanh',
    'Công ty TNHH Sứ vệ sinh Hà Thanh',
    'Công ty CP Gạch ốp lát Trung Thành',
    'Nhà máy Sứ kỹ thuật Quế Võ'
  ]),
  plastics: industry([400, 1200], 'two', [0.6, 0.9, 0.15, 0.12, 0], 'Gia nhiệt máy ép', [
    'Công ty CP Nhựa Tiên Lữ Phát',
    'Công ty TNHH Nhựa kỹ thuật Việt Nhật',
    'Công ty CP Nhựa gia dụng Song Hà',
    'Công ty TNHH Ép nhựa chính xác Sao Mai',
    'Công ty CP Ống nhựa Thuận Phát',
    'Công ty TNHH Hạt nhựa Đông Á'
  ]),
  electronics: industry([900, 2600], 'two', [0.65, 0.92, 0.18, 0.28, 0], 'Phòng sạch', [
    'Công ty TNHH Điện tử Hanotech Việt Nam',
    'Công ty TNHH Linh kiện điện tử Yên Phong',
    'Công ty TNHH Mạch in Kinh Bắc',
    'Công ty TNHH Camera Quang Minh',
    'Công ty TNHH Điện tử Tân Quang',
    'Công ty TNHH Màn hình Bình Xuyên',
    'Công ty TNHH Pin năng lượng Đại Đồng'
  ]),
  seafood: industry([450, 1100], 'two', [0.55, 0.9, 0.22, 0.3, 0], 'Kho cấp đông', [
    'Công ty CP Thủy sản Biển Bắc',
    'Công ty TNHH Chế biến thủy sản Hải Long',
    'Công ty CP Đông lạnh thủy sản Cát Hải',
    'Công ty TNHH Surimi Đông Hải',
    'Công ty CP Xuất khẩu thủy sản Cửa Lân'
  ]),
  paper: industry([1200, 2600], 'continuous', [0.96, 0.95, 0.06, 0.05, 0], 'Xử lý nước thải và lò hơi', [
    'Công ty CP Giấy Phong Khê',
    'Công ty CP Giấy và Bột giấy Sông Lô',
    'Công ty TNHH Giấy bao bì Hoàng Hà',
    'Công ty CP Giấy Lam Sơn'
  ]),
  food: industry([450, 1000], 'two', [0.5, 0.9, 0.15, 0.2, 0], 'Lên men và kho mát', [
    'Công ty CP Bia và Nước giải khát Kinh Bắc',
    'Công ty CP Thức ăn chăn nuôi Đồng Xanh',
    'Công ty CP Sữa Cao Nguyên Bắc',
    'Công ty TNHH Thực phẩm Hương Việt'
  ]),
  machinery: industry([550, 1000], 'one', [0.25, 0.86, 0.32, 0.08, 0], 'Lò tôi và khí nén', [
    'Công ty CP Cơ khí chính xác Mai Lâm',
    'Công ty TNHH Đúc cơ khí Thành Công',
    'Công ty CP Chế tạo máy Đông Anh Bắc',
    'Công ty TNHH Khuôn mẫu Trường Sơn'
  ])
}
