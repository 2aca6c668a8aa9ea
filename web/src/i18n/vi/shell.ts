import type { Role } from '../../../../server/contract/access.ts'

export const shell = {
  nav: {
    label: 'Trang',
    overview: 'Tổng quan',
    grid: 'Lưới',
    foresight: 'Dự báo',
    events: 'Sự kiện',
    customers: 'Khách hàng',
    programme: 'Chương trình',
    findings: 'Cảnh báo',
    data: 'Dữ liệu',
    menu: 'Danh mục',
    language: 'Ngôn ngữ',
    record: 'Hồ sơ của tôi',
    admin: 'Quản trị',
    account: 'Tài khoản',
    logOut: 'Đăng xuất',
    demo: 'DEMO',
    demoNote: 'Bản trình diễn: số liệu do máy mô phỏng chạy cùng máy chủ gửi, người dùng là người dùng thử.',
    skip: 'Tới nội dung'
  },
  roles: {
    dispatcher: 'điều độ viên',
    supervisor: 'trưởng ca',
    'programme-staff': 'nhân viên chương trình',
    engineer: 'kỹ sư',
    auditor: 'kiểm toán viên',
    administrator: 'quản trị viên',
    customer: 'khách hàng'
  } satisfies Record<Role, string>,
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
    close: 'Đóng',
    more: 'Xem thêm',
    all: 'Tất cả',
    search: 'Tìm',
    note: 'Ghi chú',
    optional: 'không bắt buộc',
    previous: 'Trước',
    next: 'Sau',
    page: (from: string, to: string, of: string) => `${from}–${to} trong ${of}`,
    pageMissing: 'Không có trang này.',
    notYours: 'Vai trò của bạn không xem được trang này.',
    home: 'Về trang đầu'
  }
}
