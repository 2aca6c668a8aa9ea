export const shell = {
  nav: {
    label: 'Trang',
    overview: 'Tổng quan',
    grid: 'Lưới',
    events: 'Sự kiện',
    customers: 'Khách hàng',
    findings: 'Cảnh báo',
    data: 'Dữ liệu',
    menu: 'Danh mục',
    language: 'Ngôn ngữ',
    demo: 'trình diễn',
    demoNote: 'Dữ liệu mô phỏng: máy phát số liệu chạy cùng máy chủ.',
    skip: 'Tới nội dung',
    who: 'Tên người trực',
    noName: 'chưa có tên'
  },
  live: {
    connecting: 'Đang kết nối với máy chủ…',
    lost: (since: string) => `Mất kết nối với máy chủ từ ${since}.`,
    asOf: (clock: string) => `Số liệu trên màn hình là của lúc ${clock}; đang tự kết nối lại.`
  },
  common: {
    loading: 'Đang tải…',
    retry: 'Thử lại',
    failed: 'Không lấy được số liệu',
    offline: 'Không tới được máy chủ',
    notFound: 'Không tìm thấy',
    reference: 'Mã tra cứu',
    none: 'không có',
    cancel: 'Thôi',
    save: 'Lưu',
    more: 'Xem thêm',
    all: 'Tất cả',
    search: 'Tìm',
    note: 'Ghi chú',
    optional: 'không bắt buộc',
    name: 'Tên người thực hiện',
    previous: 'Trước',
    next: 'Sau',
    page: (from: string, to: string, of: string) => `${from}–${to} trong ${of}`,
    pageMissing: 'Không có trang này.',
    home: 'Về trang tổng quan'
  }
}
